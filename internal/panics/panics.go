package panics

import (
	"context"
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// PanicError is a fault of the provider that would have ended the process, and with it all operations that
// are under way, whose state Terraform would not get. It says where and what, and no value: the text of a
// panic may have some of the configuration.
type PanicError struct {
	Where string // aws.(*Client).getRole, role.go:60
	What  string // only of an error of the Go runtime
}

// Error says what to do, too.
func (e *PanicError) Error() string {
	text := "the provider has a fault: it panicked in " + e.Where
	if e.What != "" {
		text += " (" + e.What + ")"
	}
	return text + ". Please report it, with the stack that TF_LOG=ERROR logs"
}

// Recovered is the error of a panic, given what recover returned, and logs the stack, which has no values.
// It is to be called by the deferred function itself.
func Recovered(ctx context.Context, recovered any) error {
	e := &PanicError{Where: panickedAt()}
	if fault, ok := recovered.(runtime.Error); ok {
		e.What = fault.Error()
	}
	tflog.Error(ctx, "The provider panicked", map[string]any{"where": e.Where, "what": e.What, "stack": string(debug.Stack())})
	return e
}

// module is how the names of this module's functions begin.
var module = func() string {
	pc, _, _, _ := runtime.Caller(0)
	name, _, _ := strings.Cut(runtime.FuncForPC(pc).Name(), "internal/")
	return name
}()

// panickedAt is the function of this module that was under way, with file and line: the innermost one below
// the runtime's.
func panickedAt() string {
	pcs := make([]uintptr, 100)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	panicking := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			panicking = true
		case panicking && strings.HasPrefix(frame.Function, module):
			return fmt.Sprintf("%s, %s:%d", frame.Function[strings.LastIndexByte(frame.Function, '/')+1:], path.Base(frame.File), frame.Line)
		case !more:
			return "an unknown place"
		}
	}
}

// Guard calls a function and turns its panic into an error.
func Guard(ctx context.Context, call func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = Recovered(ctx, r)
		}
	}()
	return call()
}
