// A signal to give up after so many ms. `AbortSignal.timeout` is newer than the phones that some students have.
export function within(wait) {
  const patience = new AbortController();
  setTimeout(() => patience.abort(), wait);
  return patience.signal;
}
