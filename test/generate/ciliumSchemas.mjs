/**
 * Writes src/core/policy/semantics/schemaTable.ts: the schemas that an API server holds for Cilium's policies, from the custom
 * resource definitions in Cilium's Go module. Needs Go, for its module proxy. Run: node test/generate/ciliumSchemas.mjs
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';

const releases = { 1.18: '1.18.8', 1.19: '1.19.6', '1.20': '1.20.2' };
const output = join(import.meta.dirname, '../../src/core/policy/semantics/schemaTable.ts');
const definitions = 'pkg/k8s/apis/cilium.io/client/crds/v2';

/** Formats that an API server checks (k8s.io/apiextensions-apiserver, validation/formats.go); it ignores all others. */
const checkedFormats = new Set(['cidr', 'date-time', 'int32', 'int64']);
const copied = [
  'maxItems',
  'minItems',
  'maxLength',
  'minLength',
  'maximum',
  'minimum',
  'enum',
  'pattern',
  'required',
];
const ignored = new Set([
  'description',
  'properties',
  'items',
  'additionalProperties',
  'type',
  'format',
  'oneOf',
  'anyOf',
  'default',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
  ...copied,
]);

const nodes = [];
const numbers = new Map();
const numberOf = (node) => {
  const text = JSON.stringify(node);
  if (!numbers.has(text)) numbers.set(text, nodes.push(node) - 1);
  return numbers.get(text);
};

/** The properties of which one must be there, where that is all that the alternatives say. */
function alternatives(schemas) {
  return schemas.map(({ required, properties, ...rest }) => {
    const [name] = required;
    if (
      required.length !== 1 ||
      Object.keys(rest).length > 0 ||
      !isDeepStrictEqual(properties, { [name]: {} })
    )
      throw new Error(`An alternative of a new kind: ${JSON.stringify({ required, properties, ...rest })}`);
    return name;
  });
}

/** What rules in CEL say; only those that are known here. */
function ruleOf(rules) {
  if (rules.length !== 1 || rules[0].rule !== 'has(self.spec) || has(self.specs)')
    throw new Error(`A new rule: ${JSON.stringify(rules)}`);
  return ['spec', 'specs'];
}

function add(schema) {
  const unknown = Object.keys(schema).filter((key) => !ignored.has(key));
  if (unknown.length > 0) throw new Error(`Keywords that are not handled: ${unknown.join(', ')}`);
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true;
  const node = { type: isIntOrString ? 'intOrString' : schema.type };
  for (const key of copied) if (schema[key] !== undefined) node[key] = schema[key];
  if (checkedFormats.has(schema.format)) node.format = schema.format;
  if (schema.oneOf) node.oneOf = alternatives(schema.oneOf);
  if (schema.anyOf && !isIntOrString) node.anyOf = alternatives(schema.anyOf);
  if (schema['x-kubernetes-validations']) node.anyOf = ruleOf(schema['x-kubernetes-validations']);
  if (schema['x-kubernetes-list-type'] === 'set') node.isSet = true;
  if (schema.properties)
    node.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, one]) => [name, add(one)]),
    );
  if (schema.items) node.items = add(schema.items);
  if (schema.additionalProperties) node.values = add(schema.additionalProperties);
  return numberOf(node);
}

function schemaOf(release, plural) {
  const answer = execFileSync('go', ['mod', 'download', '-json', `github.com/cilium/cilium@v${release}`], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  const { Dir } = JSON.parse(answer);
  const definition = parse(readFileSync(join(Dir, definitions, `${plural}.yaml`), 'utf8'));
  return definition.spec.versions.find(({ name }) => name === 'v2').schema.openAPIV3Schema;
}

const roots = {};
for (const [version, release] of Object.entries(releases)) {
  const root = add(schemaOf(release, 'ciliumnetworkpolicies'));
  if (root !== add(schemaOf(release, 'ciliumclusterwidenetworkpolicies')))
    throw new Error(`The two kinds have different schemas in ${release}.`);
  roots[version] = root;
}

const text = `/**
 * The schemas of Cilium's policies, the same for both kinds. Written by test/generate/ciliumSchemas.mjs from the custom resource
 * definitions (${definitions}) of Cilium ${Object.values(releases).join(', ')}: not edited by hand.
 */
import type { CiliumVersion } from './model';

/** One place of a schema. Other places are named by their position in \`schemaNodes\`. */
export interface SchemaNode {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean' | 'intOrString';
  readonly properties?: Readonly<Record<string, number>>;
  /** The elements of a list. */
  readonly items?: number;
  /** The values of an object with any keys. */
  readonly values?: number;
  readonly required?: readonly string[];
  /** Exactly one of these properties. */
  readonly oneOf?: readonly string[];
  /** At least one of these properties. */
  readonly anyOf?: readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: 'cidr' | 'date-time' | 'int32' | 'int64';
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly maximum?: number;
  readonly minimum?: number;
  /** The elements of the list are all different. */
  readonly isSet?: true;
}

export const schemaRoots: Readonly<Record<CiliumVersion, number>> = ${JSON.stringify(roots)};

export const schemaNodes: readonly SchemaNode[] = ${JSON.stringify(nodes)};
`;
writeFileSync(output, await format(text, { ...(await resolveConfig(output)), filepath: output }));
