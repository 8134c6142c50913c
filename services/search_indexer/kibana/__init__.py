"""
What people see in Kibana: data views, saved searches and dashboards, all pure.

`boards.py` and `views.py` declare them, `lens.py` and `saved_objects.py` write them in
Kibana's form, `bodies.py` as the searches that Elasticsearch gets for each panel.
"""
