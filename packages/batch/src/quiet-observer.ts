/**
 * The same observer, which neither throws nor rejects: a fault of the caller's log must not end a run, nor the row that it is
 * told of, once tasks are paid for.
 */
export function quietObserver<Event>(observer: (event: Event) => unknown): (event: Event) => void {
  const observe = async (event: Event) => observer(event);
  return (event) => void observe(event).catch(() => {});
}
