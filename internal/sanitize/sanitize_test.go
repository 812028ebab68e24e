package sanitize

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize/sanitizetest"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		"Zugriff verweigert: größer, 日本, 🐳": "Zugriff verweigert: größer, 日本, 🐳",
		`C:\x1b "quoted"`:                    `C:\x1b "quoted"`,
		"\x1b[2J\x1b[H\x1b[32mNo changes.":   `\x1b[2J\x1b[H\x1b[32mNo changes.`,
		"\x1b]0;owned\x07":                   `\x1b]0;owned\a`,
		"one\ntwo\r\nthree\tfour":            `one\ntwo\r\nthree\tfour`,
		"a\x00b\x7fc":                        `a\x00b\x7fc`,
		"CSI in one character: \u009b31m":    `CSI in one character: \u009b31m`,
		"CSI in one byte: \x9b31m":           `CSI in one byte: \x9b31m`,
		"not UTF-8: \xff\xfe":                `not UTF-8: \xff\xfe`,
		"reordered: \u202egnp.exe\u2066":     `reordered: \u202egnp.exe\u2066`,
		"hidden: a\u200bb\ufeffc\U000e0041d": `hidden: a\u200bb\ufeffc\U000e0041d`,
		"lines: \u2028 \u2029 \u0085":        `lines: \u2028 \u2029 \u0085`,
		"replaced before: \ufffd":            `replaced before: \ufffd`,
	} {
		if got := Text(text); got != want {
			t.Errorf("%q becomes %s, want %s", text, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "plain", "\x1b[2J\n", "\x9b\xff", "\u202e\u2028", `\x1b`, "é🐳"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Text(text)
		sanitizetest.Check(t, got)
		if again := Text(got); again != got {
			t.Errorf("%q becomes %q, and that %q", text, got, again)
		}
	})
}

// parsed is what net/url says of a URL, as errors of proxies and endpoints have it.
func parsed(address string) string {
	_, err := url.Parse(address)
	if err == nil {
		err = &url.Error{Op: "Post", URL: address, Err: errors.New("EOF")}
	}
	return err.Error()
}

func TestURLs(t *testing.T) {
	for text, want := range map[string]string{
		`Post "http://user:pa55@proxy:3128/x": EOF`:             `Post "http://***@proxy:3128/x": EOF`,
		`parse "http://us er:pa55%zz@proxy": wrong`:             `parse "http://***@proxy": wrong`,
		"at http://us er:pa55@proxy:3128, and //x":              "at http://***@proxy:3128, and //x",
		"https://ecs.eu-west-1.amazonaws.com/ of a@example.com": "https://ecs.eu-west-1.amazonaws.com/ of a@example.com",
		"https://a.example/x and \"b@example.com\"":             "https://a.example/x and \"b@example.com\"",
		"https://token@host/":                                   "https://***@host/",
		"nothing":                                               "nothing",
		`Unable to parse URL: parse "http://u:hunter2/pw@127.0.0.1:1": invalid port ":hunter2" after host`: `Unable to parse URL: parse "http://***@127.0.0.1:1": invalid port ":***" after host`,
	} {
		if got := URLs(text); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}

func TestUserinfo(t *testing.T) {
	for address, want := range map[string]string{
		"": "", "http://host": "", "http://host/a@b": "", "http://u@host": "u", "http://u:p@host/x": "u:p", "http://u:p/q@host": "u:p/q",
		`http://u:a b/"c@host`: `u:a b/"c`, "http://u:p#q@host": "u:p#q", "http://u:p?q@host": "u:p?q", "u:p@host": "",
	} {
		if got := Userinfo(address); got != want {
			t.Errorf("%s has %q, want %q", address, got, want)
		}
	}
}

// Passwords with every character that means something in a URL, where errors have URLs.
func TestURLs_passwords(t *testing.T) {
	const secret = "hunter2"
	forms := 0
	for _, password := range []string{
		secret, secret + "/pw", "/" + secret, secret + "?x", "?" + secret, secret + "#x", "#" + secret, secret + "@x", "@" + secret,
		secret + ":x", "::" + secret, "a b " + secret, "a/b c@" + secret, secret + "%zz", "%2f" + secret, `"` + secret, `\` + secret, "'" + secret,
		"[" + secret, "]" + secret, "<" + secret + ">", secret + "é", "\n" + secret, "\x1b" + secret, "//" + secret, "https://" + secret,
	} {
		for _, user := range []string{"user:", "us er:", ":", ""} {
			address := "http://" + user + password + "@127.0.0.1:1/x"
			texts := map[string]string{
				"error":        parsed(address),
				"quoted":       fmt.Sprintf("invalid proxy address %q: wrong", address),
				"error within": fmt.Sprintf("Unable to parse URL: %s.", parsed(address)),
			}
			if !strings.ContainsAny(user+password, " \"\n") {
				texts["bare"] = "calling " + address + " failed"
				texts["end"] = "endpoint " + address
			}
			for name, text := range texts {
				forms++
				if got := URLs(text); strings.Contains(got, secret) || strings.Contains(text, "@127.0.0.1:1/x") && !strings.Contains(got, "@127.0.0.1:1/x") {
					t.Errorf("%s: %s becomes %s", name, text, got)
				}
			}
		}
	}
	t.Logf("%d forms", forms)
}

func FuzzURLs(f *testing.F) {
	for _, seed := range []string{"hunter2", "hunter2/pw", "a b/c@d", `q"uote\`, "%zz%", "//@//", "\n\x00", "é[]"} {
		f.Add("user", seed)
		f.Add("us er", seed+":"+seed)
	}
	f.Fuzz(func(t *testing.T, user, password string) {
		const host = "127.0.0.1:1"
		text := fmt.Sprintf("proxy %q is no good", "http://"+user+":"+password+"@"+host+"/")
		if got, want := URLs(text), `proxy "http://***@`+host+`/" is no good`; len(password) < minFragment && got != want {
			t.Errorf("%s becomes %s", text, got)
		}
		address := "http://" + user + ":" + password + "@" + host
		got := URLs(parsed(address))
		// What is left of the error is its own words and the host.
		rest := strings.NewReplacer(host, "", Masked, "").Replace(got)
		own := parsed("http://"+host+"\x7f") + parsed("http://h:x") + parsed("http://%zz") + parsed("http://[") + parsed("http://a b") + "userinfo missing ']' in"
		if len(password) >= minFragment && strings.Contains(rest, password) && !strings.Contains(own, password) {
			t.Errorf("%q is in %s", password, got)
		}
	})
}
