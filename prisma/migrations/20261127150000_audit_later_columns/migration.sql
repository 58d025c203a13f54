-- Columns that audited tables have got since, and webhooks.
SELECT audit_table('virtual_key'), audit_table('team'), audit_table('gateway_setting'), audit_table('budget'),
    audit_table('alert', 'alert');
