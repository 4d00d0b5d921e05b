/** A test for names or paths: `*` is any run of characters, `?` one; in paths `*` stops at `/` and `**` does not. */
export function globTest(pattern: string, of: 'names' | 'paths'): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const source = pattern.replace(/\*\*\/?|\*|\?|[\\^$.|+()[\]{}]/g, (found) => {
    if (found === '?') return of === 'paths' ? '[^/]' : '.';
    if (found === '*') return of === 'paths' ? '[^/]*' : '.*';
    if (found === '**/') return of === 'paths' ? '(?:.*/)?' : '.*/';
    return found === '**' ? '.*' : `\\${found}`;
  });
  const regex = new RegExp(`^${source}$`, 'u');
  return (text) => regex.test(text);
}
