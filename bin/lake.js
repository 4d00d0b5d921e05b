#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// Short commands run each function a few times: V8 spends half of their CPU on optimising code that is not run again.
// A larger budget (bytes of bytecode before it tries) makes `lake ls` a third faster; long work is optimised all the same.
setFlagsFromString('--interrupt-budget=2000000');
await import('../dist/cli/main.js');
