import { cutOff } from '../errors/redactor.js';

/** The sentence with which a portal explains an error: each has its own shape, and proxies in front of them answer HTML. */
export function portalMessage(body: string): string | undefined {
  const text = body.trim();
  if (text.startsWith('{')) return fromJson(text);
  const title = /<title[^>]*>([^<]*)</i.exec(text)?.[1];
  return tidy(title);
}

/** True for the error objects that portals send, some of them with status 200 (CKAN, Socrata, ArcGIS). */
export function isErrorObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const answer = value as Record<string, unknown>;
  if (answer['success'] === false || answer['error'] === true) return true;
  return typeof answer['error'] === 'object' && answer['error'] !== null && answer['success'] !== true;
}

function fromJson(text: string): string | undefined {
  let answer: Record<string, unknown>;
  try {
    answer = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const error = answer['error'];
  if (typeof error === 'object' && error !== null) return fromErrorObject(error as Record<string, unknown>);
  return tidy(answer['message'] ?? error ?? answer['code']);
}

/** CKAN gives `message`, or one list of messages a field beside `__type`; ArcGIS gives `message`. */
function fromErrorObject(error: Record<string, unknown>): string | undefined {
  if (typeof error['message'] === 'string' && error['message'] !== '') return tidy(error['message']);
  const fields = Object.entries(error).filter(([field]) => field !== '__type');
  if (fields.length === 0) return tidy(error['__type']);
  return tidy(fields.map(([field, messages]) => `${field}: ${[messages].flat().join(' ')}`).join('; '));
}

function tidy(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const sentence = cutOff(value.replace(/\s+/g, ' ').trim(), 200);
  return sentence === '' ? undefined : sentence;
}
