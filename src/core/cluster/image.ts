/** An image's name taken apart (distribution `reference` grammar: `host:port/path:tag@digest`). */
export interface ImageParts {
  /** Without the registry's host, e.g. `cilium/cilium`. */
  readonly path: string;
  readonly tag: string | null;
  /** `sha256:…`. */
  readonly digest: string | null;
}

export function imageParts(image: string): ImageParts {
  const [named = '', digest = null] = image.split('@');
  const parts = named.split('/');
  const first = parts[0] ?? '';
  const hasHost = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  const rest = (hasHost ? parts.slice(1) : parts).join('/');
  const colon = rest.lastIndexOf(':');
  const hasTag = colon > rest.lastIndexOf('/');
  return {
    path: hasTag ? rest.slice(0, colon) : rest,
    tag: hasTag ? rest.slice(colon + 1) : null,
    digest,
  };
}
