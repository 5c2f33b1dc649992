/**
 * What an API server refuses of a policy, and what it drops, by the schema of the custom resource definition: pruning, then
 * validation, as k8s.io/apiextensions-apiserver does.
 */
import { isSloppyCidr } from './acceptAddresses';
import type { CiliumVersion, Path, SchemaFault } from './model';
import { matchesPattern } from './schemaPatterns';
import { schemaNodes, schemaRoots, type SchemaNode } from './schemaTable';

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Grows and shrinks as the walk goes down and up: whoever keeps it copies it. */
type WalkedPath = (string | number)[];
type Report = (path: Path, kind: SchemaFault['kind'], expected: string) => void;

const deepestUnknownList = 64;
/** Enough for every place of a manifest that a person wrote. */
const mostFaults = 10_000;

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'bigint' ? 'integer' : typeof value;
}

function hasType({ type, format }: SchemaNode, value: unknown): boolean {
  const actual = typeOf(value);
  if (type === 'intOrString') return actual === 'integer' || actual === 'string';
  // The validator looks no further at a list where a text of some format is asked for.
  return actual === type || (type === 'string' && format !== undefined && actual === 'array');
}

function isDateTime(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)t(\d\d):(\d\d):(\d\d)/i.exec(text);
  if (!parts) return false;
  const [, , month = '', day = '', hour = '', minute = '', second = ''] = parts;
  return (
    month >= '01' &&
    month <= '12' &&
    day >= '01' &&
    day <= '31' &&
    hour <= '23' &&
    minute <= '59' &&
    second <= '59'
  );
}

function checkText(node: SchemaNode, text: string, path: Path, report: Report): void {
  const { maxLength = Infinity, minLength = 0, pattern, format } = node;
  // Lengths are counted in characters of Unicode.
  const isLong = text.length > maxLength && Array.from(text).length > maxLength;
  if (isLong) report(path, 'count', `at most ${maxLength} characters`);
  else if (text.length < minLength) report(path, 'count', `at least ${minLength} characters`);
  else if (pattern !== undefined && !matchesPattern(pattern, text)) report(path, 'pattern', pattern);
  if (format === 'cidr' && !isSloppyCidr(text)) report(path, 'format', 'a CIDR, e.g. 10.0.0.0/8');
  if (format === 'date-time' && !isDateTime(text)) report(path, 'format', 'a date and time of RFC 3339');
}

function checkNumber(
  { minimum, maximum, format }: SchemaNode,
  value: number,
  path: Path,
  report: Report,
): void {
  const limit = format === 'int32' ? 2 ** 31 : Infinity;
  if (value < (minimum ?? -limit)) report(path, 'range', `at least ${minimum ?? -limit}`);
  if (value > (maximum ?? limit - 1)) report(path, 'range', `at most ${maximum ?? limit - 1}`);
}

/** Two equal texts in a set; other elements are refused by their type. */
function firstTwice(items: readonly unknown[]): number {
  const seen = new Set<unknown>();
  return items.findIndex((item) => seen.size === seen.add(item).size);
}

function checkList(
  node: SchemaNode | null,
  items: readonly unknown[],
  path: WalkedPath,
  report: Report,
  depth: number,
): void {
  const { maxItems = Infinity, minItems = 0, isSet } = node ?? {};
  if (items.length > maxItems) report(path, 'count', `at most ${maxItems}`);
  if (items.length < minItems) report(path, 'count', `at least ${minItems}`);
  const twice = isSet ? firstTwice(items) : -1;
  if (twice >= 0) report([...path, twice], 'format', 'values that all differ');
  const element = nodeAt(node?.items);
  if (depth < deepestUnknownList)
    items.forEach((item, at) => {
      path.push(at);
      check(element, item, path, report, depth + 1);
      path.pop();
    });
}

const nodeAt = (number: number | undefined): SchemaNode | null =>
  number === undefined ? null : (schemaNodes[number] ?? null);

function checkFields(
  node: SchemaNode | null,
  object: Json,
  path: WalkedPath,
  report: Report,
  depth: number,
): void {
  const { properties = {}, values, required = [], oneOf, anyOf } = node ?? {};
  for (const [key, value] of Object.entries(object)) {
    const field = nodeAt(Object.hasOwn(properties, key) ? properties[key] : values);
    path.push(key);
    if (field) check(field, value, path, report, depth + 1);
    else report(path, 'pruned', Object.keys(properties).join(', '));
    path.pop();
  }
  const has = (key: string): boolean => Object.hasOwn(object, key);
  for (const key of required) if (!has(key)) report([...path, key], 'required', key);
  if (oneOf && oneOf.filter(has).length !== 1) report(path, 'oneOf', `one of ${oneOf.join(', ')}`);
  if (anyOf && !anyOf.some(has)) report(path, 'required', `at least one of ${anyOf.join(', ')}`);
}

function check(
  node: SchemaNode | null,
  value: unknown,
  path: WalkedPath,
  report: Report,
  depth: number,
): void {
  if (node && !hasType(node, value))
    report(path, 'type', node.type === 'intOrString' ? 'integer or string' : node.type);
  if (node && typeof value === 'string') checkText(node, value, path, report);
  if (node && typeof value === 'number') checkNumber(node, value, path, report);
  if (node?.enum && typeof value === 'string' && !node.enum.includes(value))
    report(path, 'enum', node.enum.join(', '));
  if (Array.isArray(value)) checkList(node, value, path, report, depth);
  // What stands in `metadata` is not the schema's to judge.
  else if (isObject(value) && !(path.length === 1 && path[0] === 'metadata'))
    checkFields(node, value, path, report, depth);
}

const apiVersionOfPolicies = 'cilium.io/v2';
const kinds: readonly unknown[] = ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'];

/**
 * Faults of an object of one of Cilium's two kinds; none for anything else. Plain JSON; never throws,
 * bounded in what it returns.
 */
export function schemaFaults(object: unknown, version: CiliumVersion): readonly SchemaFault[] {
  if (!isObject(object) || !kinds.includes(object['kind'])) return [];
  const faults: SchemaFault[] = [];
  const report: Report = (path, kind, expected) => {
    if (faults.length < mostFaults) faults.push({ path: [...path], kind, expected });
  };
  const { apiVersion } = object;
  if (apiVersion === undefined) report(['apiVersion'], 'required', apiVersionOfPolicies);
  else if (apiVersion !== apiVersionOfPolicies) report(['apiVersion'], 'enum', apiVersionOfPolicies);
  check(nodeAt(schemaRoots[version]), object, [], report, 0);
  return faults;
}
