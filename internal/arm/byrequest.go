package arm

// ForRequest is the contract of a resource type at an API version: the newest one that is
// not newer than the request's, else the oldest; nil for a type that the contract lacks.
func (c *Contract) ForRequest(armType, apiVersion string) *ResourceType {
	all := c.byType[fold(armType)]
	for _, t := range all {
		if t.APIVersion <= apiVersion {
			return t
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}
