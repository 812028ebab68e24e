package main

import (
	"strings"
	"testing"
)

const state = `{"format_version":"1.0","values":{"root_module":{"resources":[{"mode":"managed","type":"docker_task","values":{"name":"dump"}}]}}}`

func TestRun(t *testing.T) {
	for arguments, want := range map[string]string{"": "<!doctype html>", "-format mermaid": `n0["dump"]`, "-format dot": "digraph stack {"} {
		var out, messages strings.Builder
		if err := run(strings.Fields(arguments), strings.NewReader(state), &out, &messages); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %v\n%s", arguments, err, out.String())
		}
	}
	for arguments, in := range map[string]string{"-format png": state, "stack.json": state, "": "no JSON"} {
		var out, messages strings.Builder
		if err := run(strings.Fields(arguments), strings.NewReader(in), &out, &messages); err == nil || out.Len() > 0 {
			t.Errorf("%s: %v\n%s", arguments, err, out.String())
		}
	}
}
