/** A wire between lake and a server that counts what lake sends, and does something at a chosen piece of it. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Wire {
  readonly port: number;
  /** Pieces that lake has sent since `at` was called last. */
  readonly pieces: number;
  /**
   * `act` happens when this piece comes: before the server has more than half of it, or once it has and before lake hears of it.
   * Then the wire is cut.
   * @param which Its number, or what stands in it.
   */
  at(which: number | string, when: 'before' | 'after', act: () => void | Promise<void>): void;
  close(): Promise<void>;
}

export async function wireTo(serverPort: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let pieces = 0;
  let chosen:
    | { which: number | string; when: 'before' | 'after'; act: () => void | Promise<void> }
    | undefined;
  const isChosen = (piece: Buffer) =>
    chosen !== undefined &&
    (typeof chosen.which === 'number' ? pieces >= chosen.which : piece.includes(chosen.which));
  const wire = createServer((lake) => {
    const server = connect(serverPort, '127.0.0.1');
    for (const socket of [lake, server]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    let deaf = false;
    // A socket that nobody reads does not tell that its other side is gone.
    const end = () => {
      lake.destroy();
      server.destroy();
    };
    lake.on('data', async (piece) => {
      pieces += 1;
      if (!isChosen(piece)) {
        if (!server.write(piece)) {
          lake.pause();
          server.once('drain', () => lake.resume());
        }
        return;
      }
      const { when, act } = chosen!;
      chosen = undefined;
      if (when === 'before') {
        // The first half of it is there, the rest never comes.
        lake.pause();
        server.write(piece.subarray(0, Math.floor(piece.length / 2)));
        await act();
        return end();
      }
      deaf = true;
      server.write(piece);
      // The server has done it when it answers.
      await once(server, 'data');
      await act();
      end();
    });
    server.on('data', (piece) => {
      if (!deaf) lake.write(piece);
    });
  });
  wire.listen(0, '127.0.0.1');
  await once(wire, 'listening');
  return {
    port: (wire.address() as { port: number }).port,
    get pieces() {
      return pieces;
    },
    at(which, when, act) {
      pieces = 0;
      chosen = { which, when, act };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      wire.close();
      await once(wire, 'close');
    },
  };
}
