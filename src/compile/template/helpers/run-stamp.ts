/** `{{run_started_at}}`, `{{invocation_id}}`: which run the SQL is made for. */
import type { Helper, HelperCall } from './helper.js';
import { formatTime } from './strftime.js';

/** Notes that the SQL is another in every run. Macros of macros/*.sql are the same for all. */
function stamped({ rendition, at, fail }: HelperCall): true | undefined {
  if (rendition.of === 'macro') {
    return fail('LK2013', 'a macro in macros/*.sql knows no run', 'Give the macro the value as a parameter');
  }
  rendition.asked.stamped ??= at;
  return true;
}

export const runStartedAt: Helper = {
  name: 'run_started_at',
  usage: "{{run_started_at}} or {{run_started_at '%Y-%m-%d'}}",
  arity: [0, 1],
  named: false,
  summary:
    'When the run began, in UTC: ISO 8601, or in a strftime format. A model that prints it is built in every run, unless it has `reuse=true`.',
  example: "timestamptz '{{run_started_at}}' as built_at, date '{{run_started_at '%Y-%m-%d'}}' as built_on",
  call(call) {
    const { args, rendition, argAt, fail } = call;
    if (!stamped(call)) return undefined;
    const { startedAt } = rendition.stamp;
    const [format] = args;
    if (format === undefined) return startedAt;
    if (typeof format !== 'string') {
      return fail('LK2011', 'a format is a text in quotes', "Write {{run_started_at '%Y-%m-%d'}}", argAt(0));
    }
    const made = formatTime(new Date(startedAt), format);
    if (made.ok) return made.text;
    return fail('LK2011', `run_started_at knows no "${made.unknown}"`, made.known, argAt(0));
  },
};

export const invocationId: Helper = {
  name: 'invocation_id',
  usage: '{{invocation_id}}',
  arity: [0, 0],
  named: false,
  summary:
    "The run's id, the one that `meta.runs` has. A model that prints it is built in every run, unless it has `reuse=true`.",
  example: "'{{invocation_id}}' as built_by",
  call: (call) => stamped(call) && call.rendition.stamp.id,
};
