package expression

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

func (b *binder) using(x *csharp.Using) statement {
	done := b.open()
	defer done()
	resource := b.statement(x.Resource)
	for _, v := range b.function.scope.names {
		if v.function == nil && !v.typ.IsUnknown() && !b.library.ReferenceConvertible(v.typ, b.library.Disposable) && !v.typ.IsInterface() {
			b.fail(x.Offset(), "CS1674: '%s': a type used in a using statement must be implicitly convertible to 'IDisposable'", v.typ)
		}
	}
	body := b.statement(x.Body)
	return func(f *frame) (signal, error) {
		if s, err := resource(f); err != nil {
			return s, err
		}
		return body(f)
	}
}

// declareFunction makes a local function's name known before its body is bound.
func (b *binder) declareFunction(x *csharp.LocalFunction) {
	types := make([]*library.Type, 0, len(x.Parameters)+1)
	for _, parameter := range x.Parameters {
		types = append(types, b.typeOf(parameter.Type))
	}
	name := "Action"
	if x.Type.Name != "void" {
		name = "Func"
		types = append(types, b.typeOf(x.Type))
	}
	t, problem := b.library.Lookup(name, types)
	if problem != nil {
		b.beyond(x.Offset(), "a local function with %d parameters cannot be run here", len(x.Parameters))
	}
	v := b.declare(x.Offset(), x.Name, t)
	v.readOnly, v.function = true, x
}

// named gives the signature of a local function the names and defaults that its
// delegate type does not have.
func (b *binder) named(signature *library.Member, x *csharp.LocalFunction) {
	signature.Name = x.Name
	signature.Parameters = slices.Clone(signature.Parameters)
	for i, parameter := range x.Parameters {
		p := &signature.Parameters[i]
		p.Name, p.Out, p.Params = parameter.Name, parameter.Out, parameter.Params
		if parameter.Default == nil {
			continue
		}
		value := b.mustConvert(b.operand(parameter.Default), p.Type)
		if !value.constant {
			b.fail(parameter.Offset(), "CS1736: the default of the parameter '%s' must be constant", parameter.Name)
		}
		p.Optional, p.Default = true, value.value
	}
}

func (b *binder) localFunction(x *csharp.LocalFunction) statement {
	v, _ := b.find(x.Name)
	signature := v.typ.Delegate()
	lambda := &csharp.Lambda{At: x.At, Parameters: x.Parameters, Result: x.Result, Body: x.Body}
	parameters := make([]*library.Type, len(signature.Parameters))
	for i := range signature.Parameters {
		parameters[i] = signature.Parameters[i].Type
	}
	// A function may call itself: its own variable is a cell from the start.
	v.captured = true
	made := b.closure(&node{at: x.Offset(), lambda: lambda}, v.typ, parameters, signature.Result, signature.Result == nil)
	slot := v.slot
	return func(f *frame) (signal, error) {
		delegate, err := made.eval(f)
		own := sharedCell(f, slot)
		own.value, own.early = delegate, false
		return goOn, err
	}
}
