import { LakeError } from '../errors/lake-error.js';

/** A body that grows beyond its bound. It ends the stream; whoever knows the address makes the error of it. */
export class BodyTooLarge extends Error {
  readonly #hint: string;
  readonly #details: Readonly<Record<string, unknown>>;

  /** @param message Ends the sentence "The body of http://… ". */
  constructor(message: string, hint: string, details: Readonly<Record<string, unknown>>) {
    super(message);
    this.#hint = hint;
    this.#details = details;
  }

  /** Error LK3116. @param url The address that was asked. */
  of(url: string): LakeError {
    return new LakeError('LK3116', `The body of ${url} ${this.message}`, {
      hint: this.#hint,
      details: { url, ...this.#details },
    });
  }
}
