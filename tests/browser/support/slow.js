// Workers that take their time.

/** Lets workers answer only so many messages a second; 0 holds them. Before the page is opened. */
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
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (...message) {
      if (perSecond === Infinity) post.apply(this, message);
      else waiting.push(() => post.apply(this, message));
    };
  });
}
