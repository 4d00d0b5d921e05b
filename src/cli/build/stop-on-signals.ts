/** First signal: what has begun ends, nothing new begins. Second: at once. */
export function stopOnSignals(say: (text: string) => void): {
  /** Aborted with the signal's name by the first. */
  readonly signal: AbortSignal;
  release(): void;
} {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(name === 'SIGTERM' ? 143 : 130);
    controller.abort(name);
    say('Stopping: what has begun is finished, nothing new begins. Once more to stop at once.');
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
