package acctest

import (
	"regexp"
	"testing"
)

func TestRandomName(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^tf-acc-dt-[a-z0-9]{10}$`)
	a, b := RandomName(t), RandomName(t)
	if !form.MatchString(a) || a == b {
		t.Errorf("%s, %s", a, b)
	}
	if !isTestName(a) || !isTestName("/ecs/"+a) || isTestName("transcode") || isTestName("/"+a+"/other") {
		t.Error("what sweepers take for a test's is wrong")
	}
}
