package acctest

import "testing"

func TestParseProduct(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]string{
		"Terraform v1.16.0\non linux_amd64\n":                                "Terraform 1.16.0",
		"OpenTofu v1.12.6\non linux_amd64\n":                                 "OpenTofu 1.12.6",
		"\n\nYour version is out of date\nTerraform v1.17.0-alpha20261101\n": "Terraform 1.17.0-alpha20261101",
	} {
		product, err := parseProduct(output)
		if err != nil {
			t.Errorf("%q: %v", output, err)
			continue
		}
		if got := product.Name + " " + product.Version.String(); got != want {
			t.Errorf("%q: %s, want %s", output, got, want)
		}
	}
	if product, err := parseProduct(`{"terraform_version":"1.16.0"}`); err == nil {
		t.Errorf("the JSON form tells no product, but was taken for %v", product)
	}
}
