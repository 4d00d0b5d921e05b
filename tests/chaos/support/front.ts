/** What stands between lake and a local portal: it notes every answer, and calls at the request it is told to. */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answered {
  readonly url: string;
  readonly status: number;
}

export interface Call {
  /** `request`: before it is answered; `answer`: when half of its body has been sent. */
  readonly at: 'request' | 'answer';
  readonly nth: number;
  readonly call: () => void;
}

export interface Front {
  /** Real origin → the address that lake is to ask. */
  readonly origins: Readonly<Record<string, string>>;
  /** Every request that was answered in full since the last `begin`. */
  readonly answered: readonly Answered[];
  /** Requests since the last `begin`. */
  readonly requests: () => number;
  /** Answers with a body since then. */
  readonly answers: () => number;
  /** Forgets what was noted, and arms a call. */
  begin(call?: Call): void;
  /** Real origin → where its requests go from now on. */
  serve(portal: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

export async function openFront(realOrigins: readonly string[]): Promise<Front> {
  let portal: Readonly<Record<string, string>> = {};
  let answered: Answered[] = [];
  let requests = 0;
  let answers = 0;
  let armed: Call | undefined;
  const servers: Server[] = [];
  const origins: Record<string, string> = {};
  for (const real of realOrigins) {
    const server = createServer((incoming, response) => {
      requests += 1;
      if (armed?.at === 'request' && armed.nth === requests) return armed.call();
      const url = new URL(incoming.url!, portal[real]);
      const onward = request(url, {
        method: incoming.method,
        headers: { ...incoming.headers, host: url.host },
      });
      onward.on('error', () => response.destroy());
      onward.on('response', async (answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk as Buffer);
        const body = Buffer.concat(chunks);
        response.writeHead(answer.statusCode!, answer.headers);
        if (body.length > 0) answers += 1;
        if (armed?.at === 'answer' && armed.nth === answers && body.length > 1) {
          response.write(body.subarray(0, body.length / 2), armed.call);
          return;
        }
        response.end(body, () =>
          answered.push({ url: origins[real]! + incoming.url!, status: answer.statusCode! }),
        );
      });
      incoming.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    origins[real] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  return {
    origins,
    get answered() {
      return answered;
    },
    requests: () => requests,
    answers: () => answers,
    begin(next) {
      answered = [];
      requests = 0;
      answers = 0;
      armed = next;
    },
    serve(next) {
      portal = next;
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
