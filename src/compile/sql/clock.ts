/** Finds what makes SQL give other rows for the same input: the clock, chance, sequences, the environment. */
import type { Token } from './tokens.js';

/** Read without parentheses, too. */
const WORDS = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
  'tablesample',
]);

const FUNCTIONS = new Set([
  'current_localtime',
  'current_localtimestamp',
  'currval',
  'gen_random_uuid',
  'get_current_time',
  'get_current_timestamp',
  'getenv',
  'nextval',
  'now',
  'random',
  'today',
  'transaction_timestamp',
  'txid_current',
  'uuid',
  'uuidv4',
  'uuidv7',
]);

const NO_NAMES: ReadonlySet<string> = new Set();

/** The first token that reads the clock or chance, directly or through one of `macros` (lower case names). */
export function clockToken(
  tokens: readonly Token[],
  macros: ReadonlySet<string> = NO_NAMES,
): Token | undefined {
  return tokens.find((token, i) => {
    if (token.kind !== 'word') return false;
    const word = token.text.toLowerCase();
    const before = tokens[i - 1]?.text.toLowerCase();
    // `t.random` and `x as current_date` are columns.
    if (before === '.' || before === 'as') return false;
    if (WORDS.has(word)) return true;
    if (word === 'sample') return before === 'using';
    return tokens[i + 1]?.text === '(' && (FUNCTIONS.has(word) || macros.has(word));
  });
}
