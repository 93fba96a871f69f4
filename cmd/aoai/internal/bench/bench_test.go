package bench

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// Each scenario holds what our balancers promise.
func TestScenarios(t *testing.T) {
	backends := Backends(3)
	ours, err := Ours(backends)
	require.NoError(t, err)
	for _, scenario := range Scenarios() {
		for _, policy := range ours {
			t.Run(scenario.Name+"/"+policy.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					result, err := Measure(t.Context(), scenario, policy, backends, false)
					require.NoError(t, err)
					t.Logf("%+v", result)
				})
			})
		}
	}
}
