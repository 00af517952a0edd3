-- Whether any webhook wants such events of these organisations; of all, where it is the authority's.
SELECT EXISTS (
  SELECT FROM webhook
  WHERE events ? %(type)s AND (organisation_id = ANY(%(organisations)s) OR organisation_id IS NULL)
)
