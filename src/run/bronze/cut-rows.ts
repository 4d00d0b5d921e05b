/** `--limit N` of files that a portal gives whole only: the first rows of each part, as new files. */
import type { DecodedFile, DecodeResult } from '../../engine/types.js';
import type { RunContext } from '../context.js';
import { stagedFiles } from '../tables/staged-files.js';
import { copySql } from '../tables/table-sql.js';

/** At most `limit` rows of each part, in the portal's order. */
export async function cutRows(
  { engine, lake, run }: RunContext,
  table: string,
  decoded: DecodeResult,
  limit: number,
): Promise<DecodeResult> {
  if (decoded.parts.every((part) => part.rows <= limit)) return decoded;
  const files = await Promise.all(
    decoded.files.map(async (file): Promise<readonly DecodedFile[]> => {
      const output = await lake.stageFile(table, run);
      const [result] = await engine.sql({
        label: table,
        macros: [],
        relations: [
          { schema: 'bronze', name: 'staged', scans: [{ files: [file.path], select: '*' }], columns: [] },
        ],
        statements: [
          {
            sql: copySql(
              `select * from "bronze"."staged" qualify row_number() over (partition by "_source_part" order by "_row") <= ${limit}`,
              output,
              [],
            ),
            collect: 'rows',
          },
        ],
      });
      return stagedFiles(result!).map(({ path, rows, bytes, columnStats }) => ({
        ...file,
        path,
        rows,
        bytes,
        columnStats,
      }));
    }),
  );
  return {
    files: files.flat(),
    parts: decoded.parts.map((part) => ({ ...part, rows: Math.min(part.rows, limit) })),
  };
}
