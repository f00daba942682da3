/* Socket addresses handed to and by the caller, and those known without asking. */
#ifndef LIBSOCKET_ADDRESSES_H
#define LIBSOCKET_ADDRESSES_H

#include "descriptors.h"

/* Gives an address to a caller as the kernel does: cut to his buffer, with its true length. Either pointer may be NULL. */
void address_give(struct sockaddr *to, socklen_t *to_length, const void *address, size_t length);

/* Remembers both ends of an accepted connection, which don't change as long as it lives. */
void addresses_keep(int fd, descriptor_t socket, const struct wire_accept *record);

#endif
