#include "db/reader.h"
int aide_open(struct intact_db *db, struct intact_error *err)
{
	return intact_fail(err, INTACT_EDAMAGED, "'%s': AIDE's databases cannot be read yet",
			   db->path);
}
bool aide_looks_like(const uint8_t *data, size_t len)
{
	(void)data;
	(void)len;
	return false;
}
