import { describe, expect, it } from 'vitest';
import { sniffFormat } from '../../../src/engine/decode/sniff-format.js';
import { withEngine } from '../with-engine.js';
import { zip } from './support/zip.js';

const { write } = withEngine();

describe('sniffFormat', () => {
  it.each([
    ['', 'empty'],
    ['a,b\n1,2\n', 'csv'],
    ['\uFEFFa;b\n', 'csv'],
    ['[a],[b]\n1,2\n', 'csv'],
    ['name\n', 'csv'],
    [Buffer.from([0xff, 0xfe, 0x61, 0]), 'csv'],
    ['  [\n{"a":1}]', 'json'],
    ['[]', 'json'],
    ['[1,2]', 'json'],
    ['{"a":1}', 'json'],
    ['{}', 'json'],
    ['\uFEFF{ "a":1}', 'json'],
    [zip({ name: 'xl/workbook.xml' }), 'xlsx'],
    [zip({ name: '[Content_Types].xml' }), 'xlsx'],
    [zip({ name: 'data.csv' }), 'zip'],
    [zip({ name: 'copy of xl/x.csv' }, { name: 'xl/y.csv' }), 'zip'],
    [zip(), 'zip'],
    [Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'xls'],
    [Buffer.from([0x1f, 0x8b, 0x08]), 'gzip'],
    ['PAR1....', 'parquet'],
    ['\n<!doctype HTML>', 'html'],
    ['<html lang="en">', 'html'],
    ['<?xml version="1.0"?>', 'xml'],
    [Buffer.from([1, 0, 2, 3]), 'binary'],
  ])('%j is %s', async (content, format) => {
    expect(await sniffFormat(write('file', content))).toBe(format);
  });
});
