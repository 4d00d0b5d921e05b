#!/usr/bin/env node
import module from 'node:module';
import { setFlagsFromString } from 'node:v8';

// A short command runs each function a few times. On Node 20 V8 spends a third of its time on optimising code that is not
// run again; a larger budget (bytes of bytecode before it tries) saves that, and long work is optimised all the same.
// Later versions keep compiled code from run to run instead.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=2000000');
else module.enableCompileCache?.();

await import('../dist/bundle/lake.js');
