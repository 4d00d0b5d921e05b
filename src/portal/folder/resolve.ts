/** From checked YAML to plain data with absolute files, defaults filled in and one day chosen for every table. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { didYouMean } from '../../errors/nearest.js';
import { readFaults } from '../faults/parse-faults.js';
import type {
  CkanPackage,
  CkanResource,
  FileMount,
  OriginSpec,
  PortalFolder,
  RecordedAnswer,
  RecordedAnswers,
  ServedColumn,
  SocrataDataset,
  SourceFile,
  TableSpec,
} from '../types.js';
import type { Mistake } from './mistake.js';
import type { PortalYaml, TableYaml } from './schema.js';
import { stableUuid } from './stable-uuid.js';

type Place = readonly PropertyKey[];
type OriginYaml = PortalYaml['origins'][string];

/** The portal, complete only when there are neither `mistakes` nor `missing` files. */
export interface Resolved {
  readonly portal: PortalFolder;
  readonly mistakes: readonly Mistake[];
  readonly missing: readonly Mistake[];
}

/**
 * Resolves `portal.yml` (`file`, absolute) to one day. Never throws for a mistake in it: `mistakes` and `missing`
 * files.
 */
export async function resolvePortal(
  yaml: PortalYaml,
  file: string,
  day: number | undefined,
): Promise<Resolved> {
  const resolver = new Resolver(path.resolve(path.dirname(file), yaml.root ?? '.'), day);
  const origins: OriginSpec[] = [];
  for (const [origin, spec] of Object.entries(yaml.origins)) {
    origins.push(await resolver.origin(origin, spec, ['origins', origin]));
  }
  const rules = typeof yaml.faults === 'string' ? [] : (yaml.faults ?? []);
  const drawn = readFaults(typeof yaml.faults === 'string' ? yaml.faults : '');
  resolver.mistakes.push(...drawn.mistakes.map((mistake) => ({ path: ['faults'], ...mistake })));
  for (const [index, { origin }] of rules.entries()) {
    if (origin === undefined || Object.hasOwn(yaml.origins, origin)) continue;
    resolver.mistakes.push({
      path: ['faults', index, 'origin'],
      message: `"${origin}" is not among the origins`,
      hint: didYouMean(origin, Object.keys(yaml.origins)),
    });
  }
  const faults = rules.map((fault) => ({
    ...fault,
    status: fault.status ?? 503,
    retryAfter: fault.retry_after === undefined ? undefined : String(fault.retry_after),
    bytes: fault.bytes ?? 0,
    by: fault.by ?? (fault.kind === 'count' ? 1 : -1),
    ms: fault.ms ?? 1000,
    after: fault.after ?? 0,
  }));
  return {
    portal: { file, root: resolver.root, day, origins, faults, chances: drawn.chances, seed: yaml.seed ?? 1 },
    mistakes: resolver.mistakes,
    missing: resolver.missing,
  };
}

class Resolver {
  readonly mistakes: Mistake[] = [];
  readonly missing: Mistake[] = [];

  constructor(
    readonly root: string,
    private readonly day: number | undefined,
  ) {}

  async origin(origin: string, spec: OriginYaml, at: Place): Promise<OriginSpec> {
    const base = {
      origin,
      gzip: spec.gzip ?? (spec.type === 'github' || spec.type === 'http'),
      down: spec.down ?? false,
      ...(spec.recorded && { recorded: await this.recorded(spec.recorded, [...at, 'recorded']) }),
    };
    switch (spec.type) {
      case 'ckan': {
        const packages: CkanPackage[] = [];
        for (const [name, yaml] of Object.entries(spec.packages)) {
          packages.push(await this.package(origin, name, yaml, [...at, 'packages', name]));
        }
        return { ...base, type: 'ckan', internalOrigin: spec.internal_origin ?? origin, packages };
      }
      case 'socrata': {
        const datasets: SocrataDataset[] = [];
        for (const [id, yaml] of Object.entries(spec.datasets)) {
          const table = await this.table(yaml.table, [...at, 'datasets', id, 'table'], 'text');
          datasets.push({
            id,
            name: yaml.name ?? id,
            description: yaml.description ?? '',
            category: yaml.category ?? '',
            attribution: yaml.attribution ?? '',
            rowIdentifier: yaml.row_identifier,
            cap: yaml.cap,
            table,
          });
        }
        return { ...base, type: 'socrata', tokens: spec.tokens, datasets };
      }
      case 'github': {
        const mounts: FileMount[] = [];
        for (const [repo, yaml] of Object.entries(spec.repos)) {
          mounts.push(await this.mount(`/${repo}/${yaml.ref ?? 'master'}/`, yaml, [...at, 'repos', repo]));
        }
        return { ...base, type: 'github', mounts };
      }
      case 'http':
        return { ...base, type: 'http', mounts: [await this.mount('/', spec, at)] };
    }
  }

  private async package(
    origin: string,
    name: string,
    yaml: Extract<OriginYaml, { type: 'ckan' }>['packages'][string],
    at: Place,
  ): Promise<CkanPackage> {
    const resources: CkanResource[] = [];
    for (const [index, resource] of yaml.resources.entries()) {
      const place = [...at, 'resources', index];
      if ((resource.table === undefined) === (resource.file === undefined)) {
        this.mistakes.push({
          path: place,
          message: `resource "${resource.name}" needs either table or file`,
        });
        continue;
      }
      const table = resource.table && (await this.table(resource.table, [...place, 'table'], 'text'));
      const file =
        resource.file === undefined ? undefined : await this.file(resource.file, [...place, 'file']);
      resources.push({
        id: resource.id ?? stableUuid(`${origin} ${name} ${resource.name}`),
        name: resource.name,
        format:
          resource.format ?? (file === undefined ? 'CSV' : path.extname(file.path).slice(1).toUpperCase()),
        table,
        file,
        filename: resource.filename ?? path.basename(file?.path ?? `${name}.csv`),
        updatedAt:
          table?.updatedAt ?? isoInstant(resource.updated_at) ?? new Date(file?.modified ?? 0).toISOString(),
        cap: resource.cap ?? 32_000,
        cacheCopies: resource.cache_copies ?? false,
      });
    }
    return {
      name,
      id: yaml.id ?? stableUuid(`${origin} ${name}`),
      title: yaml.title ?? name,
      notes: yaml.notes ?? '',
      category: yaml.category ?? 'Table',
      refreshRate: yaml.refresh_rate ?? 'Annually',
      topics: yaml.topics ?? '',
      division: yaml.division ?? '',
      license: yaml.license ?? 'open-government-licence-toronto',
      resources,
    };
  }

  private async table(yaml: TableYaml, at: Place, textType: string): Promise<TableSpec> {
    const { days, ...common } = yaml;
    const chosen = days === undefined ? undefined : this.chooseDay(Object.keys(days), at);
    const own = { ...common, ...(chosen === undefined ? {} : days?.[chosen]) };
    if (own.files === undefined && (days === undefined || chosen !== undefined)) {
      this.mistakes.push({ path: at, message: 'a table needs files, its own or in days' });
    }
    const files: SourceFile[] = [];
    const day = days?.[chosen ?? '']?.files ? ['days', chosen ?? ''] : [];
    for (const [index, name] of (own.files ?? []).entries()) {
      const file = await this.file(name, [...at, ...day, 'files', index]);
      if (file !== undefined) files.push(file);
    }
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const newest = files.reduce((latest, file) => Math.max(latest, file.modified), 0);
    return {
      files,
      columns: own.columns && servedColumns(own.columns, textType),
      drop: own.drop ?? [],
      records: own.records,
      spread: own.spread,
      dialect: own.dialect ?? 'api',
      rows: own.counted?.bytes === bytes ? own.counted.rows : undefined,
      updatedAt: isoInstant(own.updated_at) ?? new Date(newest).toISOString(),
    };
  }

  private chooseDay(days: readonly string[], at: Place): string | undefined {
    const known = days.map(Number).sort((a, b) => a - b);
    const chosen = known.filter((day) => this.day === undefined || day <= this.day).at(-1);
    if (chosen === undefined) {
      this.mistakes.push({
        path: [...at, 'days'],
        message: `no day up to ${this.day}: the first is ${known[0] ?? 'missing'}`,
      });
    }
    return days.find((day) => Number(day) === chosen);
  }

  private async recorded(yaml: NonNullable<OriginYaml['recorded']>, at: Place): Promise<RecordedAnswers> {
    const cassettes: SourceFile[] = [];
    for (const [index, name] of (yaml.cassettes ?? []).entries()) {
      const file = await this.file(name, [...at, 'cassettes', index]);
      if (file !== undefined) cassettes.push(file);
    }
    const answers: RecordedAnswer[] = [];
    for (const [url, answer] of Object.entries(yaml.answers ?? {})) {
      const file = await this.file(answer.file, [...at, 'answers', url, 'file']);
      if (file === undefined) continue;
      answers.push({
        at: url,
        file,
        status: answer.status ?? 200,
        contentType: answer.content_type ?? 'application/json;charset=utf-8',
        resultOf: answer.result_of,
      });
    }
    return { answers, cassettes };
  }

  private async mount(
    prefix: string,
    yaml: { folder?: string; files?: Record<string, string> },
    at: Place,
  ): Promise<FileMount> {
    const files: Record<string, SourceFile> = {};
    for (const [url, name] of Object.entries(yaml.files ?? {})) {
      const file = await this.file(name, [...at, 'files', url]);
      if (file !== undefined) files[url.replace(/^\/+/, '')] = file;
    }
    return {
      prefix,
      folder: yaml.folder === undefined ? undefined : this.inside(yaml.folder, [...at, 'folder']),
      files,
    };
  }

  private inside(name: string, at: Place): string {
    const absolute = path.resolve(this.root, name);
    if (absolute !== this.root && !absolute.startsWith(this.root + path.sep)) {
      this.mistakes.push({
        path: at,
        message: `"${name}" lies outside of the portal's root`,
        hint: `The root is ${this.root}; set "root" to a folder that holds all files`,
      });
    }
    return absolute;
  }

  private async file(name: string, at: Place): Promise<SourceFile | undefined> {
    const absolute = this.inside(name, at);
    const found = await stat(absolute).catch(() => undefined);
    if (found?.isFile() !== true) {
      this.missing.push({
        path: at,
        message: `there is no file "${name}"`,
        hint: `It is looked for in ${this.root}`,
      });
      return undefined;
    }
    return { path: absolute, bytes: found.size, modified: found.mtimeMs };
  }
}

function servedColumns(yaml: NonNullable<TableYaml['columns']>, textType: string): ServedColumn[] {
  if (Array.isArray(yaml)) return yaml.map((name) => ({ name, type: textType }));
  return Object.entries(yaml).map(([name, column]) =>
    typeof column === 'string' ? { name, type: column } : { name, type: column.type, from: column.from },
  );
}

function isoInstant(text: string | undefined): string | undefined {
  return text === undefined ? undefined : new Date(text).toISOString();
}
