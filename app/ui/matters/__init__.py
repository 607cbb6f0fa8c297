"""事项 on the screen: the list of what one holds, the strip on a matter's form, and the acts of handing over."""
