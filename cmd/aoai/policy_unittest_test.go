package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tests beside the examples pass, and stand in docs/policy.md.
func TestPolicyTest(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := aoai(t, "policy", "test", "../../examples/policies")
	require.Zero(t, code, stderr)
	require.Equal(t, "ok    tests/failover\nok    tests/last-answer\nok    tests/warnings\n3 tests, 0 failed\n", stdout)
}

// A pipeline sees which test failed, and why: exit code 1, and JUnit.
func TestPolicyTestFails(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	junit := filepath.Join(t.TempDir(), "junit.xml")
	document := "-- api --\n<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "good.test.txt"), []byte(document+"-- request --\nGET /\n-- contains --\n= 200\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "bad.test.txt"), []byte(document+"-- request --\nGET /\n-- contains --\n= 404\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "odd.test.txt"), []byte("-- nothing --\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "notes.txt"), []byte("no test"), 0o600))

	code, stdout, stderr := aoai(t, "policy", "test", folder, "--junit", junit)
	require.Equal(t, 1, code)
	require.Equal(t, "aoai: 2 of 3 tests failed\n", stderr)
	require.Contains(t, stdout, "FAIL  bad")
	require.Contains(t, stdout, `the exchange does not contain "= 404"`)
	require.Contains(t, stdout, "ok    good")
	data, err := os.ReadFile(junit)
	require.NoError(t, err)
	var read struct {
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Cases    []struct {
			Name    string `xml:"name,attr"`
			Failure *struct {
				Text string `xml:",chardata"`
			} `xml:"failure"`
			Error *struct{} `xml:"error"`
		} `xml:"testsuite>testcase"`
	}
	require.NoError(t, xml.Unmarshal(data, &read))
	require.Equal(t, 1, read.Failures)
	require.Equal(t, 1, read.Errors)
	require.Len(t, read.Cases, 3)
	require.Equal(t, "bad", read.Cases[0].Name)
	require.Contains(t, read.Cases[0].Failure.Text, "= 200 OK")
	require.Nil(t, read.Cases[1].Failure)
	require.NotNil(t, read.Cases[2].Error)

	code, _, stderr = aoai(t, "policy", "test", folder, "--only", "nowhere")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "there is no test with \"nowhere\" in its name")

	require.NoError(t, os.Remove(filepath.Join(folder, "odd.test.txt")))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "bad.test.txt"), []byte(document+"-- request --\nGET /\n-- exchange --\n"), 0o600))
	code, stdout, stderr = aoai(t, "policy", "test", folder, "--update")
	require.Zero(t, code, stdout+stderr)
	data, err = os.ReadFile(filepath.Join(folder, "bad.test.txt"))
	require.NoError(t, err)
	require.Contains(t, string(data), "-- exchange --\n> GET https://backend.example/\n")
}
