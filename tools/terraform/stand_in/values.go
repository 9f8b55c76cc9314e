package main

import (
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func dynamic(schema *tfprotov6.Schema, value tftypes.Value) (*tfprotov6.DynamicValue, error) {
	made, err := tfprotov6.NewDynamicValue(schema.ValueType(), value)
	return &made, err
}

// change fills in what the provider finds out: computed attributes that are not set. Write-only ones are forgotten.
func change(schema *tfprotov6.Schema, from *tfprotov6.DynamicValue, fill func(string, tftypes.Type) tftypes.Value) (*tfprotov6.DynamicValue, error) {
	value, err := from.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	if value.IsNull() { // deleted
		return from, nil
	}
	changed, err := tftypes.Transform(value, func(path *tftypes.AttributePath, each tftypes.Value) (tftypes.Value, error) {
		found := attributeAt(schema.Block, path)
		switch {
		case found == nil:
			return each, nil
		case found.WriteOnly:
			return tftypes.NewValue(found.Type, nil), nil
		case found.Computed && (each.IsNull() || !each.IsKnown()):
			return fill(found.Name, found.Type), nil
		}
		return each, nil
	})
	if err != nil {
		return nil, err
	}
	return dynamic(schema, changed)
}

// attributeAt is the attribute whose whole value is at the path, or nil.
func attributeAt(block *tfprotov6.SchemaBlock, path *tftypes.AttributePath) *tfprotov6.SchemaAttribute {
	var found *tfprotov6.SchemaAttribute
	for _, step := range path.Steps() {
		name, isName := step.(tftypes.AttributeName)
		if !isName {
			if found != nil {
				return nil // an element of an attribute
			}
			continue
		}
		if found != nil {
			return nil
		}
		for _, each := range block.Attributes {
			if each.Name == string(name) {
				found = each
			}
		}
		if found == nil {
			for _, each := range block.BlockTypes {
				if each.TypeName == string(name) {
					block = each.Block
				}
			}
		}
	}
	if steps := path.Steps(); len(steps) == 0 || found == nil {
		return nil
	} else if last, isName := steps[len(steps)-1].(tftypes.AttributeName); !isName || string(last) != found.Name {
		return nil
	}
	return found
}

// invent makes a value of the type; collections have one element, so that `[0]` and `one()` find it.
func invent(name string, kind tftypes.Type) tftypes.Value {
	switch {
	case kind.Is(tftypes.String):
		if name == "json" || name == "policy" {
			return tftypes.NewValue(kind, "{}")
		}
		if name == "secret_string" {
			return tftypes.NewValue(kind, `{"redis-password":"invented"}`)
		}
		return tftypes.NewValue(kind, "arn:aws:invented:region-1:123456789012:"+name)
	case kind.Is(tftypes.Number):
		return tftypes.NewValue(kind, big.NewFloat(1))
	case kind.Is(tftypes.Bool):
		return tftypes.NewValue(kind, false)
	}
	switch of := kind.(type) {
	case tftypes.List:
		return tftypes.NewValue(kind, []tftypes.Value{invent(name, of.ElementType)})
	case tftypes.Set:
		return tftypes.NewValue(kind, []tftypes.Value{invent(name, of.ElementType)})
	case tftypes.Map:
		return tftypes.NewValue(kind, map[string]tftypes.Value{})
	case tftypes.Object:
		fields := map[string]tftypes.Value{}
		for field, inner := range of.AttributeTypes {
			fields[field] = invent(field, inner)
		}
		return tftypes.NewValue(kind, fields)
	}
	return tftypes.NewValue(kind, nil)
}
