// Reads the catalog and seat maps from replicas, and from the primary when no replica is fit or far enough.
#pragma once

#include <memory>

#include "adapters/mysql/replicas.hpp"
#include "ports/catalog_reader.hpp"

namespace frontrow::mysql {

// `replicas` outlives it.
std::unique_ptr<CatalogReader> open_catalog_reader(std::shared_ptr<Pool> primary, Replicas& replicas);

}  // namespace frontrow::mysql
