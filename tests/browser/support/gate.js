// A small HTTP relay between browser and server. It records what passes, and can play the network's part:
// a lost connection, or a server whose answers were altered.
import http from "node:http";

export class Gate {
  /** @param {number} backend port of the real server */
  constructor(backend) {
    this.backend = backend;
    /** Every request: { method, url, headers, body (Buffer) }. */
    this.requests = [];
    /** Called for each request before it goes on; returning "drop" cuts the connection. */
    this.onRequest = null;
    /** Called with (request, answer body); what it returns is sent instead. */
    this.onAnswer = null;
    this.server = http.createServer((request, response) => this.#relay(request, response));
    this.server.keepAliveTimeout = 1000;
  }

  listen() {
    return new Promise((resolve) => {
      this.server.listen(0, "127.0.0.1", () => {
        this.port = this.server.address().port;
        resolve();
      });
    });
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  #relay(request, response) {
    const record = { method: request.method, url: request.url, headers: request.headers, body: Buffer.alloc(0) };
    this.requests.push(record);
    const chunks = [];
    request.on("error", () => response.destroy());
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      record.body = Buffer.concat(chunks);
      if (this.onRequest?.(record) === "drop") {
        request.socket.destroy();
        return;
      }
      this.#forward(record, response);
    });
  }

  #forward(record, response) {
    const { method, url: path, headers, body } = record;
    const onward = http.request({ host: "127.0.0.1", port: this.backend, method, path, headers }, (answer) => {
      record.status = answer.statusCode;
      const parts = [];
      answer.on("error", () => response.destroy());
      answer.on("data", (chunk) => parts.push(chunk));
      answer.on("end", () => {
        let content = Buffer.concat(parts);
        record.answer = content;
        const altered = this.onAnswer?.(record, content);
        const sent = { ...answer.headers };
        if (altered) {
          content = altered;
          if (sent["content-length"]) sent["content-length"] = String(content.length);
        }
        response.writeHead(answer.statusCode, sent);
        response.end(content);
      });
    });
    onward.on("error", () => response.destroy());
    onward.end(body);
  }
}
