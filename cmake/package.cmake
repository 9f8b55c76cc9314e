# The Debian package (`make package`): the program, a hardened systemd unit, a configuration file, a user. It depends on the
# libraries that the program was linked with, so it is for the Debian release on which it was built.
set(package_files "${PROJECT_SOURCE_DIR}/deploy/package")
install(TARGETS frontrow RUNTIME DESTINATION bin)
install(FILES "${package_files}/frontrow.service" DESTINATION lib/systemd/system)
install(FILES "${package_files}/frontrow.toml" DESTINATION /etc/frontrow PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
install(FILES "${package_files}/copyright" "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
  DESTINATION share/doc/frontrow)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/reference" DESTINATION share/doc/frontrow)
install(FILES "${PROJECT_SOURCE_DIR}/deploy/logs/index-template.json" DESTINATION share/doc/frontrow/logs)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/deploy/proxy" DESTINATION share/doc/frontrow)
# Made by `make sbom`.
install(FILES "${PROJECT_SOURCE_DIR}/build/frontrow.cdx.json" "${PROJECT_SOURCE_DIR}/build/THIRD-PARTY-NOTICES.txt"
  DESTINATION share/doc/frontrow OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_NAME frontrow)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "the authors of frontrow <frontrow@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "server that sells concert seats under a rush")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "People queue, choose seats, hold them for five minutes and pay with points.\nNo seat is sold twice and no point is lost. One process with an embedded database,\nor any number of them on MySQL, Redis and Kafka.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, init-system-helpers (>= 1.54), tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${package_files}/postinst;${package_files}/prerm;${package_files}/postrm;${package_files}/conffiles")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
# Only the program is installed, so the rest need not be built for it.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY TRUE)
include(CPack)
