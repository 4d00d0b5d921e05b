/** A spreadsheet of one sheet, around rows that the engine has written as lines of XML. */
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LakeError } from '../errors/lake-error.js';
import { LIMITS, xml } from './sheet.js';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const KIND = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/**
 * @param rows File of one `<row>` a line.
 * @throws LakeError LK7042 when there are more rows than a sheet has.
 */
export async function writeWorkbook(
  rows: string,
  to: string,
  { header, title }: { readonly header: string; readonly title: string },
): Promise<void> {
  const { ZipFile } = (await import('yazl')).default;
  const zip = new ZipFile();
  // Equal content makes equal files: 1 January 1980 is the first day that an archive knows.
  const options = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };
  for (const [path, text] of Object.entries(parts(title)))
    zip.addBuffer(Buffer.from(HEAD + text), path, options);
  const rowsOfSheet = Readable.from(sheet(rows, header), { objectMode: false });
  zip.addReadStream(rowsOfSheet, 'xl/worksheets/sheet1.xml', options);
  zip.end();
  const failed = new Promise<never>((_, reject) => {
    zip.on('error', reject);
    rowsOfSheet.on('error', reject);
  });
  const written = pipeline(zip.outputStream, createWriteStream(to, { flags: 'wx' }));
  try {
    await Promise.race([written, failed]);
  } finally {
    // Whichever fails first, the other has ended before the file is done away with.
    (zip.outputStream as Readable).destroy();
    await Promise.allSettled([written]);
  }
}

async function* sheet(rows: string, header: string): AsyncGenerator<Buffer> {
  yield Buffer.from(`${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${header}\n`);
  let count = 1;
  for await (const chunk of createReadStream(rows, { highWaterMark: 1 << 20 })) {
    for (let at = (chunk as Buffer).indexOf(10); at >= 0; at = (chunk as Buffer).indexOf(10, at + 1))
      count += 1;
    if (count > LIMITS.rows) throw tooMany();
    yield chunk as Buffer;
  }
  yield Buffer.from('</sheetData></worksheet>');
}

function tooMany(): LakeError {
  return new LakeError(
    'LK7042',
    `a sheet of Excel has ${LIMITS.rows.toLocaleString('en')} rows, one of them the header, and this table has more`,
    { hint: 'export a part of it, with --where or --limit, or all of it as csv or parquet' },
  );
}

/** What a workbook has beside its sheet. */
function parts(title: string): Readonly<Record<string, string>> {
  const name = xml(title.replaceAll(/[[\]:*?/\\']/g, '_').slice(0, 31));
  return {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${KIND}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${KIND}.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${KIND}.worksheet+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${name}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
}
