/** The local portal's folder as data: `portal.yml` describes tables and files, and the protocols that serve them. */

export interface PortalFolder {
  /** Absolute path of the folder that holds `portal.yml`. */
  readonly root: string;
}

export interface RunningPortal {
  /** Real origin (`https://data.cityofnewyork.us`) → loopback origin (`http://127.0.0.1:40123`). */
  readonly origins: Readonly<Record<string, string>>;
  /** Requests answered so far, by real origin; for tests and messages. */
  readonly requests: () => Readonly<Record<string, number>>;
  close(): Promise<void>;
}
