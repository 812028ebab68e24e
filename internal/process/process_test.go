package process

import (
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

func TestTune(t *testing.T) {
	const off, own = "OFF", "as it was"
	for _, c := range []struct {
		environment map[string]string
		logs, gc    string
	}{
		{nil, off, "set"},
		{map[string]string{"TF_LOG": ""}, off, "set"},
		{map[string]string{"TF_LOG": "TRACE"}, own, "set"},
		{map[string]string{"TF_LOG_PROVIDER": "WARN"}, own, "set"},
		{map[string]string{"TF_LOG_PROVIDER_DOCKER": "WARN"}, own, "set"},
		{map[string]string{"TF_LOG_SDK": "WARN"}, own, "set"},
		{map[string]string{"TF_LOG_SDK_PROTO": "WARN"}, own, "set"},
		{map[string]string{"GOGC": "50"}, off, own},
		{map[string]string{"GOMEMLIMIT": "1GiB"}, off, own},
	} {
		for _, variable := range os.Environ() {
			if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TF_LOG") || strings.HasPrefix(name, "GO") {
				t.Setenv(name, "")
			}
		}
		for _, logger := range loggers {
			t.Setenv(logger, "")
		}
		for name, value := range c.environment {
			t.Setenv(name, value)
		}
		percent, limit := debug.SetGCPercent(77), debug.SetMemoryLimit(1<<40)
		if err := Tune(); err != nil {
			t.Fatal(err)
		}
		gc := "set"
		nowPercent, nowLimit := debug.SetGCPercent(percent), debug.SetMemoryLimit(limit)
		switch {
		case nowPercent == 77 && nowLimit == 1<<40:
			gc = own
		case nowPercent != gcPercent || nowLimit != memoryLimit:
			t.Errorf("%v: the target is %d%% within %d bytes", c.environment, nowPercent, nowLimit)
		}
		if gc != c.gc {
			t.Errorf("%v: garbage collection is %s, want %s", c.environment, gc, c.gc)
		}
		for _, logger := range loggers {
			want := c.environment[logger]
			if c.logs == off {
				want = off
			}
			if got := os.Getenv(logger); got != want {
				t.Errorf("%v: %s is %q, want %q", c.environment, logger, got, want)
			}
		}
	}
}
