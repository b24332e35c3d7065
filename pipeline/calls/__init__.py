"""The stages of one call: functions from records to records that know neither each other nor the store."""
