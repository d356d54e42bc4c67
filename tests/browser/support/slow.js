// Workers that take their time.

/** Lets workers answer only so many messages a second; 0 holds them, and `__answer` lets the one that came first through
 * (false if there is none). Before the page is opened. */
export async function slowWorkers(page) {
  await page.addInitScript(() => {
    const waiting = [];
    let perSecond = Infinity;
    const answer = () => {
      if (perSecond > 0) waiting.shift()?.();
      setTimeout(answer, perSecond > 0 ? 1000 / Math.min(perSecond, 100) : 50);
    };
    setTimeout(answer, 50);
    window.__answersPerSecond = (n) => {
      perSecond = n;
      if (n === Infinity) waiting.splice(0).forEach((send) => send());
    };
    window.__answer = () => {
      const send = waiting.shift();
      send?.();
      return send !== undefined;
    };
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (...message) {
      if (perSecond === Infinity) post.apply(this, message);
      else waiting.push(() => post.apply(this, message));
    };
  });
}
