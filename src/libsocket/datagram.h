/* Datagram and raw sockets: each message on the descriptor is a header and a datagram (section 5 of docs/wire-format.md). */
#ifndef LIBSOCKET_DATAGRAM_H
#define LIBSOCKET_DATAGRAM_H

#include "descriptors.h"

/* As sendmsg(2) and recvmsg(2), on a descriptor that has been verified to be a datagram or raw socket of a stack. */
ssize_t datagram_send(int fd, descriptor_t socket, const struct msghdr *message, int flags);
ssize_t datagram_receive(int fd, descriptor_t socket, struct msghdr *message, int flags);

/* FIONREAD: bytes of the next datagram. */
int datagram_pending(int fd, int *count);

#endif
