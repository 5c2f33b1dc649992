import type { ObjectKind } from './kinds';
import { envoyConfigRule, gatewayRule, ingressRule } from './rules/envoyConfig';
import { authenticationRule, authorizationRule } from './rules/istio';
import type { ObjectRule } from './rules/rule';
import { serviceL7Rule } from './rules/serviceL7';

/** Every rule about an object, by its kind. Cilium's policies have their own (`rules/ciliumPolicy.ts`). */
export const objectRules: Readonly<Partial<Record<ObjectKind, ObjectRule>>> = {
  AuthorizationPolicy: authorizationRule,
  RequestAuthentication: authenticationRule,
  CiliumEnvoyConfig: envoyConfigRule,
  CiliumClusterwideEnvoyConfig: envoyConfigRule,
  Service: serviceL7Rule,
  Gateway: gatewayRule,
  Ingress: ingressRule,
};
