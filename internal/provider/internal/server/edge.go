package server

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dockertask/terraform-provider-docker/internal/panics"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

// edgeServer is what Terraform talks to. Everything that goes out passes here, whichever resource it is of:
//
//   - A panic becomes an error of its RPC. It would end the process, and Terraform would lose the state of all
//     operations that are under way.
//   - Control and format characters of diagnostics and progress become escapes: a terminal obeys them. What
//     AWS and registries say is one line by then (internal/aws, registry), so the line breaks are our own.
//
// Its methods are written out, so that an RPC of a newer protocol does not pass by.
type edgeServer struct{ inner frameworkServer }

var _ frameworkServer = edgeServer{}

// passed calls an RPC. failed makes the response of one that panics; its diagnostics are added.
func passed[Request, Response any](
	ctx context.Context, req *Request, what string, call func(context.Context, *Request) (*Response, error),
	diagnostics func(*Response) *[]*tfprotov6.Diagnostic, failed func() *Response,
) (resp *Response, err error) {
	defer func() {
		if r := recover(); r != nil {
			resp, err = failed(), nil
			diags := diagnostics(resp)
			*diags = append(*diags, panicked(ctx, what, r))
		}
		if resp != nil {
			sanitized(*diagnostics(resp))
		}
	}()
	return call(ctx, req)
}

func empty[T any]() *T { return new(T) }

// panicked is the error of a panic.
func panicked(ctx context.Context, what string, recovered any) *tfprotov6.Diagnostic {
	return &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Fault of the provider in " + what, Detail: tf.Sentence(panics.Recovered(ctx, recovered).Error()),
	}
}

func sanitized(diags []*tfprotov6.Diagnostic) {
	for _, d := range diags {
		d.Summary, d.Detail = sanitize.Lines(d.Summary), sanitize.Lines(d.Detail)
	}
}

func (s edgeServer) GetMetadata(ctx context.Context, req *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return passed(ctx, req, "GetMetadata", s.inner.GetMetadata,
		func(r *tfprotov6.GetMetadataResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.GetMetadataResponse])
}

func (s edgeServer) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return passed(ctx, req, "GetProviderSchema", s.inner.GetProviderSchema,
		func(r *tfprotov6.GetProviderSchemaResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.GetProviderSchemaResponse])
}

func (s edgeServer) GetResourceIdentitySchemas(ctx context.Context, req *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return passed(ctx, req, "GetResourceIdentitySchemas", s.inner.GetResourceIdentitySchemas,
		func(r *tfprotov6.GetResourceIdentitySchemasResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.GetResourceIdentitySchemasResponse])
}

func (s edgeServer) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return passed(ctx, req, "ValidateProviderConfig", s.inner.ValidateProviderConfig,
		func(r *tfprotov6.ValidateProviderConfigResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.ValidateProviderConfigResponse])
}

func (s edgeServer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return passed(ctx, req, "ConfigureProvider", s.inner.ConfigureProvider,
		func(r *tfprotov6.ConfigureProviderResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.ConfigureProviderResponse])
}

func (s edgeServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return passed(ctx, req, "ValidateResourceConfig of "+req.TypeName, s.inner.ValidateResourceConfig,
		func(r *tfprotov6.ValidateResourceConfigResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.ValidateResourceConfigResponse])
}

func (s edgeServer) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return passed(ctx, req, "UpgradeResourceState of "+req.TypeName, s.inner.UpgradeResourceState,
		func(r *tfprotov6.UpgradeResourceStateResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.UpgradeResourceStateResponse])
}

func (s edgeServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return passed(ctx, req, "ReadResource of "+req.TypeName, s.inner.ReadResource,
		func(r *tfprotov6.ReadResourceResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, func() *tfprotov6.ReadResourceResponse {
			return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private, NewIdentity: req.CurrentIdentity}
		})
}

func (s edgeServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return passed(ctx, req, "PlanResourceChange of "+req.TypeName, s.inner.PlanResourceChange,
		func(r *tfprotov6.PlanResourceChangeResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.PlanResourceChangeResponse])
}

// A create takes back what it made if it panics within internal/aws, and keeps it in state if it panics after that
// (AfterMade). Anything else keeps the state that it had.
func (s edgeServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return passed(ctx, req, "ApplyResourceChange of "+req.TypeName, s.inner.ApplyResourceChange,
		func(r *tfprotov6.ApplyResourceChangeResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, func() *tfprotov6.ApplyResourceChangeResponse {
			return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PriorState, Private: req.PlannedPrivate, NewIdentity: req.PlannedIdentity}
		})
}

func (s edgeServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return passed(ctx, req, "ImportResourceState of "+req.TypeName, s.inner.ImportResourceState,
		func(r *tfprotov6.ImportResourceStateResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.ImportResourceStateResponse])
}

func (s edgeServer) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return passed(ctx, req, "MoveResourceState to "+req.TargetTypeName, s.inner.MoveResourceState,
		func(r *tfprotov6.MoveResourceStateResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.MoveResourceStateResponse])
}

func (s edgeServer) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return passed(ctx, req, "UpgradeResourceIdentity of "+req.TypeName, s.inner.UpgradeResourceIdentity,
		func(r *tfprotov6.UpgradeResourceIdentityResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.UpgradeResourceIdentityResponse])
}

func (s edgeServer) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return passed(ctx, req, "GenerateResourceConfig of "+req.TypeName, s.inner.GenerateResourceConfig,
		func(r *tfprotov6.GenerateResourceConfigResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.GenerateResourceConfigResponse])
}

func (s edgeServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return passed(ctx, req, "ValidateDataResourceConfig of "+req.TypeName, s.inner.ValidateDataResourceConfig,
		func(r *tfprotov6.ValidateDataResourceConfigResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.ValidateDataResourceConfigResponse])
}

func (s edgeServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return passed(ctx, req, "ReadDataSource of "+req.TypeName, s.inner.ReadDataSource,
		func(r *tfprotov6.ReadDataSourceResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.ReadDataSourceResponse])
}

func (s edgeServer) GetFunctions(ctx context.Context, req *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return passed(ctx, req, "GetFunctions", s.inner.GetFunctions,
		func(r *tfprotov6.GetFunctionsResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.GetFunctionsResponse])
}

func (s edgeServer) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return passed(ctx, req, "ValidateEphemeralResourceConfig of "+req.TypeName, s.inner.ValidateEphemeralResourceConfig,
		func(r *tfprotov6.ValidateEphemeralResourceConfigResponse) *[]*tfprotov6.Diagnostic {
			return &r.Diagnostics
		}, empty[tfprotov6.ValidateEphemeralResourceConfigResponse])
}

func (s edgeServer) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return passed(ctx, req, "OpenEphemeralResource of "+req.TypeName, s.inner.OpenEphemeralResource,
		func(r *tfprotov6.OpenEphemeralResourceResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.OpenEphemeralResourceResponse])
}

func (s edgeServer) RenewEphemeralResource(ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return passed(ctx, req, "RenewEphemeralResource of "+req.TypeName, s.inner.RenewEphemeralResource,
		func(r *tfprotov6.RenewEphemeralResourceResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.RenewEphemeralResourceResponse])
}

func (s edgeServer) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return passed(ctx, req, "CloseEphemeralResource of "+req.TypeName, s.inner.CloseEphemeralResource,
		func(r *tfprotov6.CloseEphemeralResourceResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.CloseEphemeralResourceResponse])
}

func (s edgeServer) ValidateListResourceConfig(ctx context.Context, req *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return passed(ctx, req, "ValidateListResourceConfig of "+req.TypeName, s.inner.ValidateListResourceConfig,
		func(r *tfprotov6.ValidateListResourceConfigResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.ValidateListResourceConfigResponse])
}

func (s edgeServer) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return passed(ctx, req, "ValidateActionConfig of "+req.ActionType, s.inner.ValidateActionConfig,
		func(r *tfprotov6.ValidateActionConfigResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.ValidateActionConfigResponse])
}

func (s edgeServer) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return passed(ctx, req, "PlanAction of "+req.ActionType, s.inner.PlanAction,
		func(r *tfprotov6.PlanActionResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics }, empty[tfprotov6.PlanActionResponse])
}

// StopProvider has no diagnostics.
func (s edgeServer) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (resp *tfprotov6.StopProviderResponse, err error) {
	defer func() {
		if r := recover(); r != nil {
			resp, err = &tfprotov6.StopProviderResponse{Error: panics.Recovered(ctx, r).Error()}, nil
		}
	}()
	return s.inner.StopProvider(ctx, req)
}

// CallFunction has an error of its own kind.
func (s edgeServer) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (resp *tfprotov6.CallFunctionResponse, err error) {
	defer func() {
		if r := recover(); r != nil {
			resp, err = &tfprotov6.CallFunctionResponse{Error: &tfprotov6.FunctionError{Text: tf.Sentence(panics.Recovered(ctx, r).Error())}}, nil
		}
		if resp != nil && resp.Error != nil {
			resp.Error.Text = sanitize.Lines(resp.Error.Text)
		}
	}()
	return s.inner.CallFunction(ctx, req)
}

// ListResource answers with a sequence, which is made while it is read.
func (s edgeServer) ListResource(ctx context.Context, req *tfprotov6.ListResourceRequest) (resp *tfprotov6.ListResourceServerStream, err error) {
	what := "ListResource of " + req.TypeName
	failed := func(d *tfprotov6.Diagnostic) tfprotov6.ListResourceResult {
		return tfprotov6.ListResourceResult{Diagnostics: []*tfprotov6.Diagnostic{d}}
	}
	defer func() {
		if r := recover(); r != nil {
			one := failed(panicked(ctx, what, r))
			resp, err = &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) { yield(one) }}, nil
		}
	}()
	resp, err = s.inner.ListResource(ctx, req)
	if resp != nil && resp.Results != nil {
		resp.Results = eachPassed(ctx, what, resp.Results, failed, func(one tfprotov6.ListResourceResult) tfprotov6.ListResourceResult {
			one.DisplayName = sanitize.Text(one.DisplayName)
			sanitized(one.Diagnostics)
			return one
		})
	}
	return resp, err
}

// InvokeAction answers with a sequence, too.
func (s edgeServer) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (resp *tfprotov6.InvokeActionServerStream, err error) {
	what := "InvokeAction of " + req.ActionType
	failed := func(d *tfprotov6.Diagnostic) tfprotov6.InvokeActionEvent {
		return tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: []*tfprotov6.Diagnostic{d}}}
	}
	defer func() {
		if r := recover(); r != nil {
			one := failed(panicked(ctx, what, r))
			resp, err = &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) { yield(one) }}, nil
		}
	}()
	resp, err = s.inner.InvokeAction(ctx, req)
	if resp != nil && resp.Events != nil {
		resp.Events = eachPassed(ctx, what, resp.Events, failed, func(one tfprotov6.InvokeActionEvent) tfprotov6.InvokeActionEvent {
			switch event := one.Type.(type) {
			case tfprotov6.ProgressInvokeActionEventType:
				one.Type = tfprotov6.ProgressInvokeActionEventType{Message: sanitize.Lines(event.Message)}
			case tfprotov6.CompletedInvokeActionEventType:
				sanitized(event.Diagnostics)
			}
			return one
		})
	}
	return resp, err
}

// eachPassed is a sequence that ends with an error where it panics. A panic of who reads it is not its own.
func eachPassed[T any](ctx context.Context, what string, seq iter.Seq[T], failed func(*tfprotov6.Diagnostic) T, change func(T) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		reading := false
		defer func() {
			if reading {
				return
			}
			if r := recover(); r != nil {
				yield(failed(panicked(ctx, what, r)))
			}
		}()
		for one := range seq {
			one = change(one)
			reading = true
			more := yield(one)
			reading = false
			if !more {
				return
			}
		}
	}
}
