package server

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize/sanitizetest"
)

// brokenServer panics in every RPC: it has none.
type brokenServer struct{ frameworkServer }

// A panic in whichever RPC is an error of that RPC, and ends nothing else.
func TestEdge_panics(t *testing.T) {
	t.Parallel()
	edge := reflect.ValueOf(edgeServer{brokenServer{}})
	rpcs := reflect.TypeFor[frameworkServer]()
	for i := range rpcs.NumMethod() {
		method := rpcs.Method(i)
		req := reflect.New(method.Type.In(1).Elem())
		out := edge.MethodByName(method.Name).Call([]reflect.Value{reflect.ValueOf(t.Context()), req})
		if !out[1].IsNil() || out[0].IsNil() {
			t.Errorf("%s: %v, %v", method.Name, out[0], out[1])
			continue
		}
		said := ""
		switch resp := out[0].Interface().(type) {
		case *tfprotov6.StopProviderResponse:
			said = resp.Error
		case *tfprotov6.CallFunctionResponse:
			said = resp.Error.Text
		case *tfprotov6.ListResourceServerStream:
			for one := range resp.Results {
				said = errorsIn(one.Diagnostics)
			}
		case *tfprotov6.InvokeActionServerStream:
			for one := range resp.Events {
				if done, ok := one.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
					said = errorsIn(done.Diagnostics)
				}
			}
		default:
			diags, _ := out[0].Elem().FieldByName("Diagnostics").Interface().([]*tfprotov6.Diagnostic)
			said = errorsIn(diags)
		}
		if !strings.Contains(said, "it panicked in server.") || !strings.Contains(said, "nil pointer dereference") {
			t.Errorf("%s says %q", method.Name, said)
		}
	}
	if rpcs.NumMethod() < 25 {
		t.Errorf("only %d RPCs", rpcs.NumMethod())
	}
}

func errorsIn(diags []*tfprotov6.Diagnostic) string {
	var out strings.Builder
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			out.WriteString(d.Summary + "\n" + d.Detail)
		}
	}
	return out.String()
}

// What state had stays where a refresh, an update or a destroy panics.
func TestEdge_panicKeepsState(t *testing.T) {
	t.Parallel()
	edge, state := edgeServer{brokenServer{}}, &tfprotov6.DynamicValue{MsgPack: []byte{1}}
	identity := &tfprotov6.ResourceIdentityData{}
	read, err := edge.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{CurrentState: state, Private: []byte("p"), CurrentIdentity: identity})
	if err != nil || read.NewState != state || string(read.Private) != "p" || read.NewIdentity != identity {
		t.Errorf("read: %+v, %v", read, err)
	}
	applied, err := edge.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{PriorState: state, PlannedPrivate: []byte("p"), PlannedIdentity: identity})
	if err != nil || applied.NewState != state || string(applied.Private) != "p" || applied.NewIdentity != identity {
		t.Errorf("apply: %+v, %v", applied, err)
	}
}

// hostile is what a terminal obeys: OSC, CSI, BEL, CR, BS, C1, DEL, right to left, line separator, bytes that
// are no UTF-8.
const hostile = "\x1b]0;owned\x07\x1b[2J\x1b[32mNo changes.\r\x08\u009b31m\x9b\x7f\u202e\u2028\ufeff\xff"

// tellingServer says hostile things.
type tellingServer struct{ frameworkServer }

func hostileDiagnostics() []*tfprotov6.Diagnostic {
	return []*tfprotov6.Diagnostic{{Summary: hostile, Detail: "one\n\ttwo " + hostile, Attribute: tftypes.NewAttributePath().WithAttributeName("a")}}
}

func (tellingServer) ReadResource(context.Context, *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{Diagnostics: hostileDiagnostics()}, nil
}

func (tellingServer) ReadDataSource(context.Context, *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return &tfprotov6.ReadDataSourceResponse{Diagnostics: hostileDiagnostics()}, nil
}

func (tellingServer) CallFunction(context.Context, *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return &tfprotov6.CallFunctionResponse{Error: &tfprotov6.FunctionError{Text: "one\n\ttwo " + hostile}}, nil
}

func (tellingServer) ListResource(context.Context, *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	return &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) {
		_ = yield(tfprotov6.ListResourceResult{DisplayName: hostile, Diagnostics: hostileDiagnostics()}) && yield(tfprotov6.ListResourceResult{})
		panic("after the first")
	}}, nil
}

func (tellingServer) InvokeAction(context.Context, *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	return &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) {
		_ = yield(tfprotov6.InvokeActionEvent{Type: tfprotov6.ProgressInvokeActionEventType{Message: "one\n\ttwo " + hostile}}) &&
			yield(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: hostileDiagnostics()}})
	}}, nil
}

// Nothing that goes out to a terminal has control or format characters; line breaks and tabs of our own stay.
func TestEdge_controlCharacters(t *testing.T) {
	t.Parallel()
	edge := edgeServer{tellingServer{}}
	var texts []string
	add := func(diags []*tfprotov6.Diagnostic) {
		for _, d := range diags {
			texts = append(texts, d.Detail)
			if strings.Contains(d.Summary, "\n") {
				t.Errorf("summary %q", d.Summary)
			}
		}
	}
	if resp, err := edge.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{}); err == nil {
		add(resp.Diagnostics)
	}
	if resp, err := edge.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{}); err == nil {
		add(resp.Diagnostics)
	}
	if resp, err := edge.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{}); err == nil {
		texts = append(texts, resp.Error.Text)
	}
	if resp, err := edge.ListResource(t.Context(), &tfprotov6.ListResourceRequest{}); err == nil {
		n := 0
		for one := range resp.Results {
			n++
			sanitizetest.Check(t, one.DisplayName)
			if n == 1 {
				add(one.Diagnostics)
			} else if n == 3 && !strings.Contains(errorsIn(one.Diagnostics), "it panicked in server.") {
				t.Errorf("the end of the list says %q", errorsIn(one.Diagnostics))
			}
		}
		if n != 3 {
			t.Errorf("%d results", n)
		}
	}
	if resp, err := edge.InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{}); err == nil {
		for one := range resp.Events {
			switch event := one.Type.(type) {
			case tfprotov6.ProgressInvokeActionEventType:
				texts = append(texts, event.Message)
			case tfprotov6.CompletedInvokeActionEventType:
				add(event.Diagnostics)
			}
		}
	}
	if len(texts) != 6 {
		t.Errorf("%d texts", len(texts))
	}
	for _, text := range texts {
		if !strings.HasPrefix(text, "one\n\ttwo \\x1b]0;owned\\a") {
			t.Errorf("%q", text)
		}
		sanitizetest.CheckLines(t, text)
	}
}
