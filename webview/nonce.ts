/**
 * The toolkit creates an empty `<style>` element, which a strict Content-Security-Policy refuses. Every style element
 * made by a script of this page gets the page's nonce instead of loosening the policy. Import this before the toolkit.
 */
const script = document.currentScript;
const nonce = script instanceof HTMLScriptElement ? script.nonce : '';
const create: unknown = Reflect.get(document, 'createElement');

if (typeof create === 'function') {
  Reflect.set(document, 'createElement', (...parameters: readonly unknown[]) => {
    const made: unknown = Reflect.apply(create, document, parameters);
    if (made instanceof HTMLStyleElement) made.nonce = nonce;
    return made;
  });
}
