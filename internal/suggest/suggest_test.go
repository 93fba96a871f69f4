package suggest

import "testing"

func TestNearest(t *testing.T) {
	skus := []string{"Standard", "GlobalStandard", "DataZoneStandard", "ProvisionedManaged"}
	for _, c := range []struct {
		reason, name, want string
		found              bool
	}{
		{"a letter is wrong", "Standart", "Standard", true},
		{"case does not count", "globalstandard", "GlobalStandard", true},
		{"too far from all", "Premium", "", false},
		{"a shortened word", "prov", "ProvisionedManaged", true},
		{"two letters are no shortened word", "pr", "", false},
		{"nothing typed", "", "", false},
	} {
		got, found := Nearest(c.name, skus)
		if found != c.found || (found && got != c.want) {
			t.Errorf("%s: %q gets %q, %v", c.reason, c.name, got, found)
		}
	}
	if got, _ := Nearest("ab", []string{"ac", "aa"}); got == "ac" {
		t.Error("of two candidates that are equally near, the later one was taken")
	}
}
