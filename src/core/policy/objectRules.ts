import type { ObjectKind } from './kinds';
import { ciliumPolicyRule } from './rules/ciliumPolicy';
import { envoyConfigRule, gatewayRule, ingressRule } from './rules/envoyConfig';
import { authenticationRule, authorizationRule } from './rules/istio';
import type { ObjectRule } from './rules/rule';
import { serviceL7Rule } from './rules/serviceL7';

/** Every rule about an object, by its kind; `rule` is the bare form of a policy that Cilium's agent imports. */
export const objectRules: Readonly<Partial<Record<ObjectKind | 'rule', ObjectRule>>> = {
  rule: ciliumPolicyRule,
  CiliumNetworkPolicy: ciliumPolicyRule,
  CiliumClusterwideNetworkPolicy: ciliumPolicyRule,
  AuthorizationPolicy: authorizationRule,
  RequestAuthentication: authenticationRule,
  CiliumEnvoyConfig: envoyConfigRule,
  CiliumClusterwideEnvoyConfig: envoyConfigRule,
  Service: serviceL7Rule,
  Gateway: gatewayRule,
  Ingress: ingressRule,
};
