// Whether this page may keep things on the device: a student's own, in a browser that can.
export const keeps = "outbox" in document.documentElement.dataset && isSecureContext && "indexedDB" in window && "locks" in navigator;
