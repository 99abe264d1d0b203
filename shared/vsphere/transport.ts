/** Carries SOAP documents to one vCenter. Every method ends within its time, or throws `OpsError`. */
export type SoapTransport = {
  /**
   * Any HTTP answer is returned, whatever its status. Throws `vcenter-unreachable` (later) when nothing was sent,
   * `vcenter-timeout` (outcome-unknown) when the request left and no answer came, `vcenter-untrusted` (never).
   */
  post(request: SoapRequest): Promise<SoapReply>;
  /** A GET of a path on the same server, without cookies. `date`: the server's Date header as it came. */
  get(path: string, timeoutMs: number): Promise<{ status: number; body: string; date?: string | undefined }>;
  /** Closes every connection, also those in use. */
  close(): void;
};

export type SoapRequest = { body: string; soapAction: string; cookie: string | undefined; timeoutMs: number };

/** `setCookie`: the session's Set-Cookie header as it came. */
export type SoapReply = { status: number; body: string; setCookie: string | undefined };
