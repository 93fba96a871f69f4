package arm

import "testing"

func TestUnversioned(t *testing.T) {
	for _, c := range []struct{ reason, token, want string }{
		{"a type of one API version", "azure-native:cdn/v20240901:Profile", "cdn:Profile"},
		{"a type of the default version", "azure-native:cdn:Profile", "cdn:Profile"},
		{"a component", "aoai-gateway:monitor:Workspace", ""},
		{"a provider", "pulumi:providers:azure-native", ""},
		{"no type", "azure-native:cdn", ""},
	} {
		if got := Unversioned(c.token); got != c.want {
			t.Errorf("%s: %q, want %q", c.reason, got, c.want)
		}
	}
}
