/** A sink for Arrow's writers whose bytes are taken as they come. */
import { AsyncByteQueue } from 'apache-arrow';

/** What a writer has written and nobody has taken. */
export class Written extends AsyncByteQueue {
  #pieces: Uint8Array[] = [];

  override write(piece: Uint8Array): void {
    if (piece.byteLength > 0) this.#pieces.push(piece);
  }

  take(): readonly Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }
}
