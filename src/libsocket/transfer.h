/* Sending and receiving on any descriptor, for the functions that do it in bulk. */
#ifndef LIBSOCKET_TRANSFER_H
#define LIBSOCKET_TRANSFER_H

#include "libsocket.h"

ssize_t transfer_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t transfer_recvmsg(int fd, struct msghdr *message, int flags);

/* Descriptors that arrived with a message may be anything: the table forgets what their numbers meant. */
void transfer_received_rights(struct msghdr *message);

#endif
