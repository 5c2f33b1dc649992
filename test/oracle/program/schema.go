package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"github.com/cilium/cilium/pkg/k8s/apis/cilium.io/client"
	v2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	"github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2/validator"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// schemas are the definitions that an operator of this version installs, validated with the API server's own code.
type schemas struct {
	byKind    map[string]definition
	preflight *validator.NPValidator
}

type definition struct {
	structural *structuralschema.Structural
	validator  validation.SchemaCreateValidator
}

func loadSchemas(log *slog.Logger) (*schemas, error) {
	preflight, err := validator.NewNPValidator(log)
	if err != nil {
		return nil, err
	}
	loaded := &schemas{byKind: map[string]definition{}, preflight: preflight}
	for kind, name := range map[string]string{
		v2.CNPKindDefinition:  client.CNPCRDName,
		v2.CCNPKindDefinition: client.CCNPCRDName,
	} {
		one, err := loadDefinition(log, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		loaded.byKind[kind] = one
	}
	return loaded, nil
}

func loadDefinition(log *slog.Logger, name string) (one definition, err error) {
	// Cilium vendors a copy of the definition's type: the way to the API server's is through JSON.
	asJSON, err := json.Marshal(client.GetPregeneratedCRD(log, name).Spec.Versions[0].Schema)
	if err != nil {
		return one, err
	}
	var written apiextensionsv1.CustomResourceValidation
	if err := json.Unmarshal(asJSON, &written); err != nil {
		return one, err
	}
	var internal apiextensions.CustomResourceValidation
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(&written, &internal, nil); err != nil {
		return one, err
	}
	if one.structural, err = structuralschema.NewStructural(internal.OpenAPIV3Schema); err != nil {
		return one, err
	}
	one.validator, _, err = validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	return one, err
}

// check prunes and validates; nil for a bare rule, which no API server sees.
func (s *schemas) check(kind string, object map[string]any) *Schema {
	one, ok := s.byKind[kind]
	if !ok {
		return nil
	}
	answer := &Schema{Preflight: s.preflightFault(kind, object)}
	stored := runtime.DeepCopyJSON(object)
	answer.Pruned = pruning.PruneWithOptions(stored, one.structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	slices.Sort(answer.Pruned)
	for _, fault := range validation.ValidateCustomResource(nil, stored, one.validator) {
		answer.Faults = append(answer.Faults, fault.Error())
	}
	for _, fault := range listtype.ValidateListSetsAndMaps(nil, one.structural, stored) {
		answer.Faults = append(answer.Faults, fault.Error())
	}
	// Of the rules in CEL there is one, from 1.20 on: that spec or specs is there. It is asked here by hand.
	if len(one.structural.XValidations) > 0 && stored["spec"] == nil && stored["specs"] == nil {
		answer.Faults = append(answer.Faults, "spec or specs must be there")
	}
	slices.Sort(answer.Faults)
	answer.Accepted = len(answer.Faults) == 0
	return answer
}

func (s *schemas) preflightFault(kind string, object map[string]any) (fault string) {
	defer func() {
		if cause := recover(); cause != nil {
			fault = fmt.Sprint("panic in Cilium: ", cause)
		}
	}()
	validate := s.preflight.ValidateCNP
	if kind == v2.CCNPKindDefinition {
		validate = s.preflight.ValidateCCNP
	}
	if err := validate(&unstructured.Unstructured{Object: runtime.DeepCopyJSON(object)}); err != nil {
		return err.Error()
	}
	return ""
}
