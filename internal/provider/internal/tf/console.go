package tf

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ConsoleURLsSchema is console_urls, with these keys.
func ConsoleURLsSchema(pages ...string) schema.MapAttribute {
	return schema.MapAttribute{
		ElementType: types.StringType, Computed: true,
		MarkdownDescription: "Pages of the AWS console: " + Code(pages) + ". A part that there is not has none; nor has a partition whose console has no public address.",
	}
}

// ConsoleURLs is a value of console_urls: the pages that are not "".
func ConsoleURLs(pages map[string]string) types.Map {
	out := make(map[string]string, len(pages))
	for key, address := range pages {
		if address != "" {
			out[key] = address
		}
	}
	return MapOf(out)
}

// PageOf is the page of a part, "" where there is none.
func PageOf(name types.String, page func(string) string) string {
	if name.ValueString() == "" {
		return ""
	}
	return page(name.ValueString())
}
